import { goto } from '$app/navigation';
import { ApiRefusal, get } from '$lib/session/api.ts';
import type { Somebody } from '$lib/session/me.ts';
import { keeping } from '$lib/session/offline.ts';
import type { UnitPage } from '#domain/views.ts';

/** A page of the unit beside the meeting: who I am, the unit, today, and what went wrong in words. */
export class Desk {
  me = $state.raw<Somebody | null>(null);
  unit = $state.raw<UnitPage | null>(null);
  today = $state.raw('');
  trouble = $state.raw('');
  says = $state.raw('');

  constructor() {
    void this.look();
  }
  get id(): string {
    return this.unit?.unit.id ?? '';
  }
  get mayManage(): boolean {
    return this.me?.person.powers.includes('manage') ?? false;
  }
  async look(): Promise<void> {
    await this.try(async () => {
      const me = await keeping.me();
      if (me.is !== 'somebody') return goto(me.is === 'nobody' ? '/sign-in' : '/', { replaceState: true });
      this.me = me;
      const [unit, { today }] = await Promise.all([
        get<UnitPage>(`/api/units/${me.person.unit}`),
        get<{ today: string }>('/api/today'),
      ]);
      this.today = today;
      this.unit = unit;
    });
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
