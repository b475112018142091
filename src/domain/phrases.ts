/**
 * What people wrote, put into a sentence of ours: their stop is not doubled, their quotation marks are not put into ours, and
 * nobody is called by half a title.
 */

/** Without the stops and spaces at its end; a question mark and an exclamation mark are theirs, and stay. */
export const withoutStop = (text: string): string =>
  text
    .trim()
    .replace(/\.{3,}$/, '…')
    .replace(/[.\s]+$/, '');

/** Whether it ends in a mark of its own, also before a closing quotation mark. */
const isEnded = (text: string) => /[?!…]$|[.?!…][”’"]$/.test(text);

/** With a stop at its end, or the mark that it has. */
export const withStop = (text: string): string => {
  const said = text.trim();
  return said === '' || said.endsWith('.') || isEnded(said) ? said : `${said}.`;
};

/** In one line, as a heading is: a line break of theirs is a space here. */
export const inOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** So much of it as a line beside it holds; where it goes on, that is seen. */
export const inShort = (text: string, most = 64): string => {
  const said = inOneLine(text);
  return said.length > most ? `${said.slice(0, most - 2).replace(/\s\S*$/, '')}…` : said;
};

/** Without one pair of quotation marks around all of it: ours stand there. */
export function unquoted(text: string): string {
  const said = text.trim();
  const pair = /^[“"]([^“”"]*)[”"]$/.exec(said) ?? /^‘([^‘’]*)’$/.exec(said);
  return pair ? pair[1]!.trim() : said;
}

const LITTLE_WORDS =
  /^(A|The|We|He|She|They|It|Its|This|That|These|Those|There|His|Her|Their|Our|Nobody|Everybody|Somebody|If|When|Since|As|In|On|At|For|With|After|Before|No|Not|What|Who|How)(?![.\w])/;

/** With a small first letter, where its first word is one that is no name. */
export const lowerFirst = (text: string): string =>
  LITTLE_WORDS.test(text) ? text.replace(/^./, (letter) => letter.toLowerCase()) : text;

/** A reason without the word that stands before it here in any case: “because he is ill”, “Because: he is ill”. */
export const reasonIn = (because: string): string => because.trim().replace(/^because\b[\s,:…]*/i, '');

/** A decision and its reason, in a sentence or, where the decision ends in a mark of its own, in two. */
export function withReason(text: string, because: string): string {
  const said = withoutStop(text);
  const reason = reasonIn(because);
  if (reason === '') return text;
  const end = isEnded(withoutStop(reason)) ? '' : '.';
  return isEnded(said)
    ? `${said} Because ${withoutStop(lowerFirst(reason))}${end}`
    : `${said}, because ${withoutStop(lowerFirst(reason))}${end}`;
}

/** What is an office or a meeting by its last word, and no name of somebody. */
const OFFICE =
  /(?:^|\s)(?:manager|panel|head|director|court|judge|board|leader|lead|consultant|service|team|conference|meeting|gateway|officer|chair|lawyer|solicitor|council|group)$/i;

/** Two words of which the last is a surname as well as an office. */
const MAY_BE_A_NAME = /^\p{Lu}\p{Ll}+ (?:Court|Head|Judge|Lead|Leader|Board|Group|Chair|Council)$/u;

/** An office or somebody, as they stand in a sentence: “the group manager”, “the Resource Panel”, “Karen Jones”, “Legal”. */
export function inSentence(name: string): string {
  const whole = inOneLine(name);
  if (/^(?:the|our|their|an?)\s/i.test(whole)) return lowerFirst(whole);
  // “Karen Jones, Head of Service” is somebody, and so may “Margaret Court” be.
  if (!OFFICE.test(whole) || whole.includes(',') || MAY_BE_A_NAME.test(whole)) return whole;
  // “Resource Panel” and “LAC panel” are written so by who calls it that; “Group manager” is a heading's capital.
  const isHeading = /^\p{Lu}\p{Ll}+(?:\s\P{Lu}*)?$/u.test(whole);
  return `the ${isHeading ? whole.charAt(0).toLowerCase() + whole.slice(1) : whole}`;
}

/** How somebody is addressed, or whose they are: by that word alone nobody is called. */
const NO_NAME_ALONE =
  /^(step|great|god)-|^(mr|mrs|ms|miss|mx|dr|prof|professor|rev|sir|aunt|auntie|aunty|uncle|nan|nana|nanny|nene|gran|granny|grandma|grandpa|grandad|mum|mummy|dad|daddy|the|baby|not|unknown|name)\.?$|[’']s?$/i;

/** What somebody is called in short: the first name, or all of it where the first word is none. */
export function firstNameOf(name: string): string {
  const whole = inOneLine(name);
  const first = whole.split(' ')[0]!;
  return NO_NAME_ALONE.test(first) ? whole : first;
}

/** Somebody among others; `roleName` tells two of one name apart, where it is known. */
interface Named {
  id: string;
  name: string;
  roleName?: string;
  left?: boolean;
}

/** H25: The first name of one of several; all of the name where another has the same, and with the seat where that is the same too. */
export function toldApart(who: Named, among: Iterable<Named>): string {
  const first = firstNameOf(who.name);
  let isFirstShared = false;
  for (const one of among) {
    if (one.id === who.id || one.left) continue;
    if (inOneLine(one.name) === inOneLine(who.name)) return wholeName(who);
    isFirstShared ||= firstNameOf(one.name) === first;
  }
  return isFirstShared ? inOneLine(who.name) : first;
}

/** H25: The whole name of one of several, with the seat where another has the same name. */
export function nameApart(who: Named, among: Iterable<Named>): string {
  for (const one of among)
    if (one.id !== who.id && inOneLine(one.name) === inOneLine(who.name)) return wholeName(who);
  return inOneLine(who.name);
}

const wholeName = ({ name, roleName }: Named) =>
  roleName ? `${inOneLine(name)} (${lowerFirst(roleName)})` : inOneLine(name);

/**
 * H25: What each child of a family is called on its pages: by the given name; where two share it by the surname too, or by the
 * year of birth where they share that.
 */
export function childrenCalled<C extends { id: string; given: string; surname: string; born: string | null }>(
  children: readonly C[],
): (C & { called: string })[] {
  const isLike = (a: string, b: string) => inOneLine(a).toLowerCase() === inOneLine(b).toLowerCase();
  return children.map((child) => {
    const like = children.filter((one) => one.id !== child.id && isLike(one.given, child.given));
    const whole = inOneLine(`${child.given} ${child.surname}`);
    if (like.length === 0) return { ...child, called: child.given };
    if (!like.some((one) => isLike(one.surname, child.surname))) return { ...child, called: whole };
    return { ...child, called: `${whole} (${child.born ? child.born.slice(0, 4) : 'birth not known'})` };
  });
}
