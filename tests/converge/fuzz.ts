/** `npm run fuzz [-- HOURS]`: plays seeds of hostile and honest frames until the time is over, and ends at the first that reads differently. */
import { playReadings } from './readings.ts';

const hours = Number(process.argv[2] ?? 1);
const end = Date.now() + hours * 3_600_000;
const first = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
console.info(`seeds from ${first}, for ${hours} h`);
const total = { seeds: 0, frames: 0, taken: 0, refused: 0 };
for (let seed = first; Date.now() < end; seed++) {
  const { frames, hostileTaken, hostileRefused, differs } = playReadings(seed, 300);
  total.seeds++;
  total.frames += frames;
  total.taken += hostileTaken;
  total.refused += hostileRefused;
  if (differs !== null) {
    console.error(`seed ${seed}: ${differs} is not the live board`);
    process.exit(1);
  }
  if (total.seeds % 500 === 0) console.info(JSON.stringify(total));
}
console.info(JSON.stringify(total));
