/** The made-up seat that a window has chosen. */
export const match = (value: string) => /^seat-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
