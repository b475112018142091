import type { Mark } from './marks.ts';

const paper = '#ffffff';
const inks = { home: '#857d6e', line: '#5d574c', relation: '#211e19', shape: '#211e19', gone: '#5d574c' };
const tones = { name: '#211e19', soft: '#5d574c', safety: '#a02414' };
const margin = 16;
const foot = 26;

/** A drawing as a picture that stands by itself, with words beneath that say what it is and of when. */
export function svgOf(ask: { width: number; height: number; marks: readonly Mark[]; says: string }): string {
  const [width, height] = [Math.max(ask.width, 480) + 2 * margin, ask.height + 2 * margin + foot];
  const body = ask.marks.map(markUp).join('');
  const says = `<text x="${margin}" y="${height - margin}" fill="${tones.soft}">${escape(ask.says)}</text>`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="Figtree, system-ui, sans-serif" font-size="13"><title>${escape(ask.says)}</title>` +
    `<rect width="100%" height="100%" fill="${paper}"/><g transform="translate(${margin} ${margin})">${body}</g>${says}</svg>`
  );
}

function markUp(mark: Mark): string {
  if (mark.is === 'path') {
    const fill = mark.ink === 'shape' || mark.ink === 'gone' ? paper : 'none';
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
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
