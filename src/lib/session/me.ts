import type { Me } from '#domain/views.ts';
import { windowClient, type Client } from './api.ts';

export type { Me, Seat } from '#domain/views.ts';
export type Somebody = Extract<Me, { is: 'somebody' }>;

/** Who this window is. */
export const readMe = (client: Client = windowClient()): Promise<Me> => client.get('/api/me', {});
