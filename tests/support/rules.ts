/**
 * Holds the rules and the tests together: a rule without a test, or a test that names no rule, ends with 1; so does a comment
 * that names a rule there is not, a test that docs/asvs.md cites and that is none, and a sum of its rows that is wrong.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const rules = new Set(
  [...readFileSync(join(root, 'src/domain/RULES.md'), 'utf8').matchAll(/^- ([A-Z]\d+) /gm)].map(
    (match) => match[1]!,
  ),
);
const cited = new Set<string>();
const nameless: string[] = [];
const titles: string[] = [];
for (const folder of ['src', 'server', 'tests'])
  for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !/\.(test|spec)\.ts$/.test(path)) continue;
    for (const match of readFileSync(path, 'utf8').matchAll(
      /\b(?:it|test)(?:\.each\([\s\S]*?\))?\(\s*['"`]([^'"`]*)/g,
    )) {
      titles.push(match[1]!);
      const rule = /^\[([A-Z]\d+)\]/.exec(match[1]!)?.[1];
      if (rule) cited.add(rule);
      else if (!/^%|^\$/.test(match[1]!)) nameless.push(`${path.slice(root.length + 1)}: ${match[1]!}`);
    }
    for (const match of readFileSync(path, 'utf8').matchAll(
      /describe(?:\.each\([^)]*\))?\(\s*['"`]\[([A-Z]\d+)\]/g,
    ))
      cited.add(match[1]!);
  }
const untested = [...rules].filter((rule) => !cited.has(rule));
const unknown = [...cited].filter((rule) => !rules.has(rule));
for (const rule of untested) console.error(`${rule} has no test.`);
for (const rule of unknown) console.error(`A test names ${rule}, and there is no such rule.`);
for (const name of nameless) console.error(`This test names no rule: ${name}`);
const missing = [...readFileSync(join(root, 'docs/asvs.md'), 'utf8').matchAll(/`(\[[A-Z]\d+\][^`]*)`/g)]
  .map((match) => match[1]!)
  .filter((cite) => !titles.some((title) => title.startsWith(cite)));
for (const title of missing) console.error(`docs/asvs.md cites a test that there is not: ${title}`);
// A comment names a rule as "P9: …"; letters of no rule ("Case C4: …") are something else.
const lettersOfRules = new Set([...rules].map((rule) => rule[0]!));
const astray: string[] = [];
for (const folder of ['src', 'server', 'tests'])
  for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !/\.(ts|svelte|css)$/.test(path) || path.includes('.wuchale')) continue;
    for (const [comment] of readFileSync(path, 'utf8').matchAll(
      /\/\*[\s\S]*?\*\/|^\s*\/\/.*$|<!--[\s\S]*?-->/gm,
    ))
      for (const [, rule] of comment.matchAll(/\b([A-Z]\d{1,2}):/g))
        if (lettersOfRules.has(rule![0]!) && !rules.has(rule!))
          astray.push(`${path.slice(root.length + 1)}: ${rule!}`);
  }
for (const one of astray) console.error(`A comment names a rule that there is not: ${one}`);
// The sums under the table are those of its rows.
const standing = readFileSync(join(root, 'docs/asvs.md'), 'utf8');
const answers = ['met', 'part', 'no', 'n/a'] as const;
const rowsOf = [...standing.matchAll(/^\| V[\d.]+ \| (\d) \|[^|]*\| (met|part|no|n\/a) \|/gm)];
const wrongSums = ['1', '2'].filter((level) => {
  const of = rowsOf.filter((row) => row[1] === level);
  const sums = answers.map((answer) => of.filter((row) => row[2] === answer).length);
  const line = `| Level ${level} | ${[...sums, of.length].join(' | ')} |`;
  if (!standing.includes(line)) console.error(`The sums in docs/asvs.md are not those of its rows: ${line}`);
  return !standing.includes(line);
});
if (
  untested.length + unknown.length + nameless.length + missing.length + astray.length + wrongSums.length >
  0
)
  process.exit(1);
