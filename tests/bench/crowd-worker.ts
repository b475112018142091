/** A process that holds many pages at once: both ends of each edit are in it, so that one clock measures them. */
import { setTimeout as pause } from 'node:timers/promises';
import { Histogram } from './histogram.ts';
import { Page, type Seat } from './page.ts';

/** What a crowd is asked to do; seats come by family. */
export type CrowdAsk =
  | { do: 'join'; crowd: string; families: Seat[][] }
  | { do: 'stay'; crowd: string }
  | { do: 'type'; crowd: string; typists: number; perSecond: number; seconds: number }
  | { do: 'leave'; crowd: string };

/** What a crowd has done and seen. */
export interface CrowdReport {
  edits: number;
  expected: number;
  deliveries: number;
  /** Milliseconds from the key to the other page's document, as a Histogram's counts. */
  counts: number[];
}

const crowds = new Map<string, Page[][]>();
const renewals = new Map<string, NodeJS.Timeout[]>();
const joiningAtOnce = 40;
const renewMs = 15_000;
const tickMs = 1;
const longestDrainMs = 1_500;

async function join(crowd: string, families: Seat[][]): Promise<void> {
  const waiting = families.flat();
  const pages = new Map<Seat, Page>();
  const takeOne = async () => {
    for (let seat = waiting.shift(); seat; seat = waiting.shift()) {
      const page = new Page(seat);
      pages.set(seat, page);
      await page.ready();
    }
  };
  await Promise.all(Array.from({ length: joiningAtOnce }, takeOne));
  crowds.set(
    crowd,
    families.map((seats) => seats.map((seat) => pages.get(seat)!)),
  );
}

/** Lets every page say now and then that somebody is here, each at its own moment. */
function stay(crowd: string): void {
  const pages = crowds.get(crowd)!.flat();
  const timers = pages.map((page, i) => {
    const first = setTimeout(
      () => {
        page.sayHere();
        timers[i] = setInterval(() => page.sayHere(), renewMs);
      },
      (i / pages.length) * renewMs,
    );
    return first;
  });
  renewals.set(crowd, timers);
}

function leave(crowd: string): void {
  for (const timer of renewals.get(crowd) ?? []) clearTimeout(timer);
  for (const page of crowds.get(crowd)?.flat() ?? []) page.leave();
  crowds.delete(crowd);
}

/** One writer: when each of its letters was typed, from `base` on. */
interface Hand {
  page: Page;
  base: number;
  times: number[];
}

async function type(ask: Extract<CrowdAsk, { do: 'type' }>): Promise<CrowdReport> {
  const families = crowds.get(ask.crowd)!;
  const seen = new Histogram();
  let deliveries = 0;
  let expected = 0;
  const hands: Hand[] = [];
  const readers = new Map<Hand, number>();
  for (const pages of families) {
    const here = pages.slice(0, ask.typists).map((page): Hand => ({ page, base: page.clock, times: [] }));
    for (const page of pages) {
      const others = here.filter((hand) => hand.page !== page).map((hand) => ({ hand, seen: 0 }));
      page.onSeen = () => {
        const now = performance.now();
        for (const other of others) {
          const { hand } = other;
          for (
            const until = page.clockOf(hand.page.doc.clientID) - hand.base;
            other.seen < until;
            other.seen++
          ) {
            seen.add(now - hand.times[other.seen]!);
            deliveries++;
          }
        }
      };
    }
    for (const hand of here) readers.set(hand, pages.length - 1);
    hands.push(...here);
  }
  // Neighbours in the order are of different families, so that no room is written in bursts.
  hands.sort((a, b) => (a.page.doc.clientID < b.page.doc.clientID ? -1 : 1));
  const edits = await typeEvenly(hands, ask);
  for (const hand of hands) expected += hand.times.length * readers.get(hand)!;
  const until = performance.now() + longestDrainMs;
  while (deliveries < expected && performance.now() < until) await pause(5);
  for (const page of families.flat()) page.onSeen = () => {};
  return { edits, expected, deliveries, counts: seen.counts };
}

function typeEvenly(hands: Hand[], ask: { perSecond: number; seconds: number }): Promise<number> {
  const perMs = (hands.length * ask.perSecond) / 1000;
  const began = performance.now();
  let edits = 0;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const elapsed = Math.min(performance.now() - began, ask.seconds * 1000);
      for (; edits < elapsed * perMs; edits++) {
        const hand = hands[edits % hands.length]!;
        hand.times.push(performance.now());
        hand.page.type();
      }
      if (elapsed < ask.seconds * 1000) return;
      clearInterval(timer);
      resolve(edits);
    }, tickMs);
  });
}

async function answer(ask: CrowdAsk): Promise<CrowdReport | null> {
  switch (ask.do) {
    case 'join':
      await join(ask.crowd, ask.families);
      return null;
    case 'stay':
      stay(ask.crowd);
      return null;
    case 'type':
      return type(ask);
    case 'leave':
      leave(ask.crowd);
      return null;
  }
}

process.on('message', (ask: CrowdAsk) => void answer(ask).then((report) => process.send!(report ?? {})));
process.on('disconnect', () => process.exit(0));
process.on('unhandledRejection', (error) => {
  console.error(error);
  process.exit(1);
});
