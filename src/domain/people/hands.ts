/** Where several people share one device, whoever came in beside the first is known by a letter. */
export const HANDS = ['b', 'c', 'd', 'e', 'f'] as const;
