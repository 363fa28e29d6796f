import { Type } from 'typebox';

const Part = Type.Object({
  code: Type.String({ description: 'Stable error code' }),
  message: Type.String({ description: 'What was expected and what was received' }),
  at: Type.Optional(
    Type.String({ description: 'JSON Pointer, parameter or header of the offending part' }),
  ),
});

/** RFC 9457 problem document: the one shape of every answer that is not a success. */
export const ProblemDetails = Type.Object(
  {
    type: Type.String({ description: 'Stable URN: `urn:provost:error:` and the code' }),
    title: Type.String({ description: 'What this kind of problem is' }),
    status: Type.Integer({ description: 'HTTP status code' }),
    detail: Type.String({ description: 'What is wrong this time' }),
    code: Type.String({ description: 'Stable error code, never renamed and never reused' }),
    at: Type.Optional(Type.String({ description: 'Where in the request' })),
    problems: Type.Optional(
      Type.Array(Part, { description: 'Every problem found, when there can be more than one' }),
    ),
  },
  { title: 'Problem', description: 'RFC 9457 problem document' },
);
