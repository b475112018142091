import type { BodyOf } from '#contract';
import { dayMonth, londonDate, londonTime } from '#domain/time/civil.ts';
import type { UnitPage } from '#domain/views.ts';
import type { Desk } from '../desk.svelte.ts';

/** What somebody does on the page of a unit's people and settings: done, said, and read again. */
export class PeoplePage {
  readonly desk: Desk;
  /** What else is read again after every change: links, devices. */
  readonly #more: () => Promise<void>;

  constructor(desk: Desk, more: () => Promise<void>) {
    this.desk = desk;
    this.#more = more;
  }
  /** The unit, on a part of the page that is there once it has been read. */
  get unit(): UnitPage {
    return this.desk.unit!;
  }

  does(work: () => Promise<unknown>, says: string): Promise<boolean> {
    return this.desk.try(async () => {
      this.desk.says = '';
      await work();
      this.desk.says = says;
      await this.desk.look();
      await this.#more();
    });
  }

  mendMember(
    member: string,
    body: BodyOf<'PATCH /api/units/:unit/members/:member'>,
    says = 'Mended.',
  ): Promise<boolean> {
    const { client, id: unit } = this.desk;
    return this.does(
      () => client.send('PATCH /api/units/:unit/members/:member', { unit, member }, body),
      says,
    );
  }

  /** Saves one part alone: what somebody else has changed meanwhile stays. */
  saveSettings(
    settings: BodyOf<'PUT /api/units/:unit/settings'>['settings'],
    meets: { name?: string; meetingDay?: number; meetingTime?: string } = {},
  ): Promise<boolean> {
    const unit = this.unit.unit.id;
    return this.does(
      () => this.desk.client.send('PUT /api/units/:unit/settings', { unit }, { ...meets, settings }),
      'The settings are saved.',
    );
  }

  when(ms: number): string {
    return `${dayMonth(londonDate(ms), this.desk.today)} at ${londonTime(ms)}`;
  }
}
