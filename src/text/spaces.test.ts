import { readFileSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { parse, type AST } from 'svelte/compiler';
import { expect, it } from 'vitest';

const src = join(import.meta.dirname, '..');

type Node = AST.Fragment['nodes'][number];

/** What stands inside a block: each of its ways. */
function insideOf(node: Node): AST.Fragment[] {
  if (node.type === 'IfBlock') return [node.consequent, ...(node.alternate ? [node.alternate] : [])];
  if (node.type === 'EachBlock') return [node.body, ...(node.fallback ? [node.fallback] : [])];
  if (node.type === 'AwaitBlock')
    return [node.pending, node.then, node.catch].filter(
      (one): one is AST.Fragment => one !== null && one !== undefined,
    );
  if (node.type === 'KeyBlock') return [node.fragment];
  return [];
}
/** Everything that may hold words, also what stands in elements and snippets. */
function fragmentsOf(fragment: AST.Fragment): AST.Fragment[] {
  const below = fragment.nodes.flatMap((node) => [
    ...insideOf(node),
    ...('fragment' in node && node.type !== 'KeyBlock' ? [node.fragment] : []),
    ...('body' in node && node.type === 'SnippetBlock' ? [node.body] : []),
  ]);
  return [fragment, ...below.flatMap(fragmentsOf)];
}
/** What is read first, or last, inside a block: one that begins with another begins as that does. */
const edgesOf = (node: Node, at: 0 | -1): Node[] =>
  insideOf(node).flatMap(({ nodes }) => {
    const edge = nodes.at(at);
    if (!edge) return [];
    return insideOf(edge).length > 0 ? edgesOf(edge, at) : [edge];
  });
const isSaid = (node: Node | undefined, edge: 'before' | 'after') =>
  node?.type === 'ExpressionTag' ||
  (node?.type === 'Text' && (edge === 'before' ? /\S$/ : /^[\p{L}“(]/u).test(node.data));

/** Words of a page whose space Svelte takes away at the edge of a block, or the catalogue at the edge of a sentence. */
function lost(source: string): string[] {
  return fragmentsOf(parse(source, { modern: true }).fragment).flatMap(({ nodes }) =>
    nodes.flatMap((node, index) => {
      const words = (at: 0 | -1, pattern: RegExp) =>
        edgesOf(node, at).flatMap((edge) =>
          edge.type === 'Text' && pattern.test(edge.data) ? [edge.data.trim()] : [],
        );
      return [
        ...(isSaid(nodes[index - 1], 'before') ? words(0, /^[ \n]+[\p{L}“]/u) : []),
        ...(isSaid(nodes[index + 1], 'after') ? words(-1, /[\p{L}.,:]\s+$/u) : []),
        ...(node.type === 'Text' && /^\u00a0\s*“?\p{L}|[\p{L}.,:]\s*\u00a0$/u.test(node.data)
          ? [node.data.trim()]
          : []),
      ];
    }),
  );
}

it('[J7] no word of a page has lost the space before or after it', () => {
  const found = globSync('**/*.svelte', { cwd: src }).flatMap((file) =>
    lost(readFileSync(join(src, file), 'utf8')).map((words) => `${file}: ${words}`),
  );
  expect(found).toEqual([]);
  expect(lost('<p>Kept here.{#if x} Until nine.{/if}</p>')).toEqual(['Until nine.']);
  expect(lost('<p>{#if x}Until nine. {/if}Kept here.</p>')).toEqual(['Until nine.']);
  expect(lost('<p>Kept.{#if x}&nbsp;Until nine.{/if} And on.</p>')).toEqual(['Until nine.']);
  expect(lost("<p>Kept.{#if x}{' '}Until nine.{/if} {#if x}And on.{/if}</p>")).toEqual([]);
});
