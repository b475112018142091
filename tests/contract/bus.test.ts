import { expect, it, onTestFinished } from 'vitest';
import type { Bus, News } from '../../server/bus/bus.ts';
import { memoryBus } from '../../server/bus/memory-bus.ts';

/** Every engine of the bus; one that spans servers joins this list and passes the same. */
const ENGINES: Record<string, (onFailure: (error: unknown) => void) => Bus> = { memory: memoryBus };
const news = (n: number): News => ({ about: 'family', family: `f${n}`, unit: 'u' });

const open = (engine: string, onFailure: (error: unknown) => void = () => undefined) => {
  const bus = ENGINES[engine]!(onFailure);
  onTestFinished(() => bus.close());
  return bus;
};

it.each(Object.keys(ENGINES))(
  '[B1] everyone hears all news, the teller too, in the order of telling, on %s',
  async (engine) => {
    const bus = open(engine);
    const [first, second]: News[][] = [[], []];
    bus.listen((one) => first!.push(one));
    bus.listen((one) => second!.push(one));
    await Promise.all([1, 2, 3, 4, 5].map((n) => bus.publish(news(n))));
    expect(first).toEqual([1, 2, 3, 4, 5].map(news));
    expect(second).toEqual(first);
  },
);

it.each(Object.keys(ENGINES))(
  '[B2] a listener that fails is told of and keeps nothing from the others, on %s',
  async (engine) => {
    const failures: unknown[] = [];
    const bus = open(engine, (error) => failures.push(error));
    const heard: News[] = [];
    bus.listen(() => {
      throw new Error('deaf');
    });
    bus.listen((one) => heard.push(one));
    await bus.publish(news(1));
    expect(heard).toEqual([news(1)]);
    expect(failures).toHaveLength(1);
  },
);

it.each(Object.keys(ENGINES))(
  '[B3] who has stopped listening, or a bus that is closed, hears nothing more, on %s',
  async (engine) => {
    const bus = open(engine);
    const heard: News[] = [];
    const stop = bus.listen((one) => heard.push(one));
    await bus.publish(news(1));
    stop();
    await bus.publish(news(2));
    bus.listen((one) => heard.push(one));
    await bus.close();
    await bus.publish(news(3));
    expect(heard).toEqual([news(1)]);
  },
);
