import type { Tie } from '#domain/board/board.ts';

/** How each view of a relation is called. */
export const TIE_WORDS: Record<Tie['is'], string> = {
  close: /* @wc-include */ 'close',
  'very-close': 'very close',
  distant: /* @wc-include */ 'distant',
  conflict: 'in conflict',
  'close-conflict': 'close, and in conflict',
  'cut-off': 'cut off',
  harm: /* @wc-include */ 'harm',
};

/** What one person can be to another: facts of the family first, then how we see that it is between them. */
export const LINES: Readonly<Record<string, string>> = {
  parent: 'is a parent of', grandparent: 'is a grandparent of', partner: 'is or was a partner of', identical: 'is an identical twin of', twin: 'is a twin of', close: 'is close to', 'very-close': 'is very close to', distant: 'is distant from',
  conflict: 'is in conflict with', 'close-conflict': 'is close to, and in conflict with', 'cut-off': 'is cut off from', harm: /* @wc-include */ 'harms',
}; // prettier-ignore

/** In what way somebody is a parent, and how a couple stands. */
export const HOWS: Readonly<Record<string, string>> = {
  birth: 'by birth', adopted: /* @wc-include */ 'adopted', foster: 'foster carer', 'private-foster': 'private foster carer', kinship: 'looks after in the family', step: 'step-parent', grandparent: /* @wc-include */ 'grandparent', disputed: 'not agreed',
  together: 'together, not said how', married: /* @wc-include */ 'married', 'living-together': 'living together', 'on-off': 'on and off',
  'not-identical': 'not identical', 'not-known': 'not known which', apart: 'living apart', divorced: /* @wc-include */ 'divorced',
}; // prettier-ignore
