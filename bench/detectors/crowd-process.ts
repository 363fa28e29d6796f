import { measureCrowd } from './crowd.ts';

/** Measures one crowd in a process of its own: what others left behind would be measured with it. */
const [repositories, samples] = process.argv.slice(2).map(Number);
if (repositories === undefined || samples === undefined) throw new Error('how many?');
// The compiler has done its work before anything is timed.
for (let round = 0; round < 3; round += 1) measureCrowd(1000, 3000);
process.send?.(measureCrowd(repositories, samples));
