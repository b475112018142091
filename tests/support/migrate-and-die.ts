/** Run by itself: migrates a store and ends the process with SIGKILL before its nth statement; prints how many there were. */
import { openAsItIs } from '../../server/storage/open.ts';
import { migrate } from '../../server/storage/migrations/migrate.ts';

const [place, at] = process.argv.slice(2) as [string, string];
const storage = await openAsItIs(JSON.parse(place) as Parameters<typeof openAsItIs>[0]);
let statements = 0;
const db = storage.db.withPlugin({
  transformQuery: ({ node }) => {
    if (++statements === Number(at)) process.kill(process.pid, 'SIGKILL');
    return node;
  },
  transformResult: async ({ result }) => result,
});
await migrate({ ...storage, db });
await storage.close();
console.info(statements);
