import type { Bus, News } from './bus.ts';

/** The bus of a single server: news is heard in the next turn, in order, by every listener whatever another does. */
export function memoryBus(onFailure: (error: unknown) => void): Bus {
  const listeners = new Set<(news: News) => void>();
  return {
    async publish(news) {
      await Promise.resolve();
      for (const hear of listeners) {
        try {
          hear(news);
        } catch (error) {
          onFailure(error);
        }
      }
    },
    listen(hear) {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
    async close() {
      listeners.clear();
    },
  };
}
