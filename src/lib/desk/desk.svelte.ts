import { onDestroy, untrack } from 'svelte';
import { goto } from '$app/navigation';
import { ApiRefusal, Client, handOfWindow } from '$lib/session/api.ts';
import type { Somebody } from '$lib/session/me.ts';
import { keeping } from '$lib/session/offline.ts';
import type { UnitPage } from '#domain/views.ts';

/** How soon a page that was opened without an answer asks again, milliseconds. */
const againMs = 5_000;

/** A page of the unit beside the meeting: who I am, the unit, today, and what went wrong in words. */
export class Desk {
  me = $state.raw<Somebody | null>(null);
  unit = $state.raw<UnitPage | null>(null);
  today = $state.raw('');
  trouble = $state.raw('');
  says = $state.raw('');

  #again: ReturnType<typeof setTimeout> | undefined;
  #isGone = false;

  /** Made while its page is, and gone with it. */
  constructor() {
    void this.look();
    const now = () => this.unit === null && void this.look();
    addEventListener('online', now);
    onDestroy(() => {
      this.#isGone = true;
      clearTimeout(this.#again);
      removeEventListener('online', now);
    });
  }
  /** Asks as whoever this page is for; what asks is not done anew because they are read anew. */
  get client(): Client {
    const member = untrack(() => this.me?.person.member);
    return new Client({ ...handOfWindow(), ...(member && { member }) });
  }
  get id(): string {
    return this.me?.person.unit ?? '';
  }
  get mayManage(): boolean {
    return this.me?.person.powers.includes('manage') ?? false;
  }
  async look(): Promise<void> {
    clearTimeout(this.#again);
    await this.try(async () => {
      const me = await keeping.me();
      if (this.#isGone) return;
      if (me.is !== 'somebody') return goto(me.is === 'nobody' ? '/sign-in' : '/', { replaceState: true });
      this.me = me;
      const [unit, { today }] = await Promise.all([
        this.client.get('/api/units/:unit', { unit: me.person.unit }),
        this.client.get('/api/today', {}),
      ]);
      this.today = today;
      this.unit = unit;
    });
    if (this.unit === null && !this.#isGone) this.#again = setTimeout(() => void this.look(), againMs);
  }
  async try(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      this.trouble = '';
      return true;
    } catch (error) {
      this.trouble =
        error instanceof ApiRefusal ? error.message : 'Something went wrong on this page. Load it again.';
      return false;
    }
  }
}
