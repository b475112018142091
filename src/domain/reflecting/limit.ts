/** R12: What has to be passed on whatever was agreed, until a unit says it in its own words. */
export const DEFAULT_LIMIT =
  'If we hear that a child may be hurt, or that you may be, we have to pass it on. We tell you first, unless telling you would make it less safe. A court can ask to see what is kept.';
/** How long a unit's own words for it are, characters: it can be said otherwise, and never left out. */
export const LIMIT_LENGTH = { least: 40, most: 600 };
