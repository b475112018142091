import type { Me } from '#domain/views.ts';
import { get, type Hand } from './api.ts';

export type { Me, Seat } from '#domain/views.ts';
export type Somebody = Extract<Me, { is: 'somebody' }>;

/** Who this window is. */
export const readMe = (by?: Hand): Promise<Me> => get('/api/me', {}, by);
