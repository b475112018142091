/**
 * Holds the rules and the tests together: a rule without a test, or a test that names no rule, ends with 1; so does a test
 * that docs/asvs.md cites and that is none.
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
if (untested.length + unknown.length + nameless.length + missing.length > 0) process.exit(1);
