import { parseJson } from '../../core/json/parse-json.ts';
import type { ApiApp } from '../api-app.ts';
import { MAX_BODY_BYTES, readBody } from './read-body.ts';
import { RequestProblems } from './request-problems.ts';

/** Hands the bytes of any body to the routes of this scope; they check the content type themselves. */
export function acceptRawBodies(scope: ApiApp): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, payload, done) => {
    readBody(payload, MAX_BODY_BYTES, (body) => {
      if (body.ok) done(null, body.value);
      else done(new RequestProblems([body.problem]));
    });
  });
}

/** Lets the routes of this scope take `application/json` and nothing else, read by the strict parser. */
export function acceptJsonBodies(scope: ApiApp): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('application/json', (_request, payload, done) => {
    readBody(payload, MAX_BODY_BYTES, (body) => {
      const parsed = body.ok ? parseJson(body.value) : body;
      if (parsed.ok) done(null, parsed.value);
      else done(new RequestProblems([parsed.problem]));
    });
  });
}
