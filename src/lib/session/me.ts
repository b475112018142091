import type { Power, Role } from '#domain/people/roles.ts';
import { get, type Hand } from './api.ts';

/** A seat of a made-up unit. */
export interface Seat {
  member: string;
  name: string;
  initials: string;
  role: Role;
}

/** Who this window is. */
export type Me =
  | { is: 'nobody'; anyUnit: boolean }
  | { is: 'choosing-seat'; unit: string; seats: Seat[] }
  | {
      is: 'somebody';
      person: {
        member: string;
        name: string;
        initials: string;
        unit: string;
        role: Role;
        pens: { power: Power; meeting: string }[];
        powers: Power[];
      };
      madeUp: boolean;
      seats: Seat[];
      session: string;
    };

export type Somebody = Extract<Me, { is: 'somebody' }>;

export const readMe = (by?: Hand) => get<Me>('/api/me', by);
