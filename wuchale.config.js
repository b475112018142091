import { adapter as svelte, svelteDefaultHeuristic } from '@wuchale/svelte';
import { defineConfig } from 'wuchale';
import { varNames } from 'wuchale/adapter-utils';
import { adapter as vanilla } from 'wuchale/adapter-vanilla';

/** What a machine reads: keys, errors, headers, zones, selectors, what is said to the worker and by the line. */
const forMachines =
  /^(Enter|Escape|Tab|Home|End|Arrow\w*|\w+Error|Content-Disposition|Wednesday-\w+|Wednesday: a cold start|Europe\/London|keep the page|tab .*|io server disconnect|shape gone|[MV][\d#].*|(#main|\.|\[).*)$/;
/** A route of the HTTP API by its name (`src/contract.ts`), wherever it stands. */
const isRoute = /^(?:(?:GET|POST|PUT|PATCH|DELETE) )?\/api\//;
/** Words of a sentence, also where it begins in the middle; class names, paths and numbers are none. */
const isWords = /^(?=.*\p{L}{2})(?=.*\s)[\p{L}\p{P}\d\s…]*$/u;

const common = {
  sourceLocale: 'en-GB',
  loader: 'custom',
  // Each page brings its own sentences along, and no others.
  granularLoad: true,
  bundleLoad: true,
  /** @param {import('wuchale').Message} message */
  heuristic: (message) => {
    const words = message.msgStr.join(' ');
    const { scope, attribute = '' } = message.details;
    if (isRoute.test(words) || (scope === 'script' && forMachines.test(words))) return false;
    const mayBeWords =
      scope === 'script' || /^(aria-label|placeholder|title|label|what|middle)$/.test(attribute);
    return svelteDefaultHeuristic(message) || (mayBeWords && isWords.test(words) ? 'message' : false);
  },
};

const pages = svelte({
  ...common,
  files: {
    include: ['src/lib/**/*.{svelte,ts}', 'src/routes/**/*.svelte', 'src/domain/**/*.ts'],
    ignore: [
      '**/*.test.ts',
      'src/domain/record/**',
      'src/domain/board/{policy,text,write,intake}.ts',
      'src/domain/board/map/{svg,sample-families,random-family}.ts',
      'src/domain/people/import.ts',
    ],
  },
});
const plain = vanilla({ ...common, runtime: { initReactive: () => null } });

/**
 * Every sentence of the page in one catalogue, `src/text/en-GB.po`, read from where it stands in the source. What is written
 * into a file or a board, and what is sealed, is in no catalogue: it reads the same for everybody.
 */
export default defineConfig({
  // The first is shown. A language is a translated copy of `en-GB.po` beside it.
  locales: (process.env.LANGUAGES ?? 'en-GB').split(','),
  localesDir: 'src/text',
  adapters: {
    main: {
      ...pages,
      transform: (ask) => {
        if (ask.filename.endsWith('.svelte')) return pages.transform(ask);
        // Words stand outside functions too, in tables of words: the sentences are there from a module's first line.
        const { msgs, output } = plain.transform(ask);
        return {
          msgs,
          output: (header) => output(`${header}\nconst ${varNames.rt} = ${ask.expr.plain};`),
        };
      },
    },
  },
});
