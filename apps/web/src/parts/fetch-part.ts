const tries = 20;
const pauseMs = 1_500;

/** A part's code, asked for again for half a minute: a server that is away for a moment takes no page down. */
export async function fetchPart<T>(load: () => Promise<T>): Promise<T> {
  for (let left = tries; ; left -= 1) {
    try {
      return await load();
    } catch (error) {
      if (left <= 1) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
