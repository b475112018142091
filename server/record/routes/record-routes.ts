import type { Route } from '../../routes.ts';
import { commitRoutes } from './commits.ts';
import { coveredRoutes } from './covered.ts';
import { dateRoutes } from './dates.ts';
import { familyRoutes } from './families.ts';
import { fileRoutes } from './files.ts';
import { importRoutes } from './imports.ts';
import { questionRoutes } from './questions.ts';
import { taskRoutes } from './tasks.ts';
import type { RecordTools } from './tools.ts';
import { unitRoutes } from './units.ts';

/** Units, families, dates, tasks, the commit, the children's files, imports and a unit's own questions. */
export function recordRoutes(tools: RecordTools): Route[] {
  return [
    ...unitRoutes(tools),
    ...familyRoutes(tools),
    ...dateRoutes(tools),
    ...taskRoutes(tools),
    ...commitRoutes(tools),
    ...coveredRoutes(tools),
    ...fileRoutes(tools),
    ...importRoutes(tools),
    ...questionRoutes(tools),
  ];
}
