/** A word of a text, where it stands. */
const WORD = /\p{L}[\p{L}\p{M}]*/gu;
/** What may stand between the parts of one name: “Anna-Maria”, “D’Arcy”. */
const JOINT = /^[\s\u00a0'’-]$/u;

/** Without case and accents: “Zoë” is “zoe”. */
const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase('en-GB');

/** Where somebody is called by their first name, from and to; a double name as a whole, where it stands as a whole. */
function placesOf(text: string, given: string): [from: number, to: number][] {
  const name = (given.match(WORD) ?? []).map(fold);
  const found = [...text.matchAll(WORD)].map((match) => ({
    word: fold(match[0]),
    from: match.index,
    to: match.index + match[0].length,
  }));
  // One letter alone is nobody: “I’d” does not call D’Arcy.
  const fewest = name[0]?.length === 1 ? name.length : 1;
  return found.flatMap((first, at): [number, number][] => {
    let known = 0;
    while (
      known < name.length &&
      found[at + known]?.word === name[known] &&
      (known === 0 || JOINT.test(text.slice(found[at + known - 1]!.to, found[at + known]!.from)))
    )
      known++;
    return known > 0 && known >= fewest ? [[first.from, found[at + known - 1]!.to]] : [];
  });
}

/** Whether somebody's first name stands in a text as a word of its own: “Aylin, in the car” names Aylin. */
export const isNamedIn = (text: string, given: string): boolean => placesOf(text, given).length > 0;

/**
 * A text without somebody's name, each told as `instead`: “Fetch Milda’s coat” is “Fetch [another child]’s coat”. What is
 * changed stands in square brackets, as in any quotation.
 */
export function withoutName(text: string, given: string, instead: string): string {
  return placesOf(text, given).reduceRight(
    (told, [from, to]) => told.slice(0, from) + instead + told.slice(to),
    text,
  );
}
