import { plainWords } from '../../plain-words.ts';
import type { Mark } from './marks.ts';

const paper = '#ffffff';
const inks = {
  home: '#857d6e',
  line: '#5d574c',
  relation: '#211e19',
  shape: '#211e19',
  gone: '#5d574c',
  pale: '#857d6e',
};
const tones = { name: '#211e19', soft: '#5d574c', safety: '#a02414' };
const margin = 16;
const widthOfCharacter = 6.6;
const lineHeight = 18;

/** A drawing as a picture that stands by itself, with words beneath that say what it is and of when. */
export function svgOf(ask: {
  width: number;
  height: number;
  marks: readonly Mark[];
  says: readonly string[];
}): string {
  const longest = Math.max(...ask.says.map((line) => line.length)) * widthOfCharacter;
  const width = Math.max(ask.width, longest) + 2 * margin;
  const height = ask.height + 3 * margin + ask.says.length * lineHeight;
  const body = ask.marks.map(markUp).join('');
  const says = ask.says
    .map(
      (line, i) =>
        `<text x="${margin}" y="${ask.height + 2 * margin + (i + 1) * lineHeight}" fill="${tones.soft}">${escape(line)}</text>`,
    )
    .join('');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="Figtree, system-ui, sans-serif" font-size="13"><title>${escape(ask.says[0] ?? '')}</title>` +
    `<rect width="100%" height="100%" fill="${paper}"/><g transform="translate(${margin} ${margin})">${body}</g>${says}</svg>`
  );
}

function markUp(mark: Mark): string {
  if (mark.is === 'path') {
    const fill = mark.ink === 'shape' || mark.ink === 'gone' || mark.ink === 'pale' ? paper : 'none';
    const dash = mark.ink === 'home' ? '5 4' : mark.dash;
    return `<path d="${mark.d}" fill="${fill}" stroke="${inks[mark.ink]}" stroke-width="1.5"${dash ? ` stroke-dasharray="${dash}"` : ''}/>`;
  }
  const spans = mark.words.map(
    ({ tone, text }, i) =>
      `<tspan fill="${tones[tone]}"${tone === 'safety' ? ' font-weight="600"' : ''}>${i > 0 ? ' ' : ''}${escape(text)}</tspan>`,
  );
  const weight = mark.ink === 'age' ? ' font-weight="600"' : '';
  return `<text x="${mark.x}" y="${mark.y}" text-anchor="${mark.anchor}"${weight} xml:space="preserve">${spans.join('')}</text>`;
}

function escape(text: string): string {
  return plainWords(text)
    .replaceAll('\n', ' ')
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
