/** What the demonstration tells when something is not as it must be: its message is enough. */
export class DemoFailure extends Error {}

/** Fails unless every count is exactly the expected one. */
export function checkCounts(
  who: string,
  counts: Readonly<Record<string, number>>,
  expected: Readonly<Record<string, number>>,
): void {
  const wrong = Object.entries(expected).filter(([name, count]) => counts[name] !== count);
  if (wrong.length === 0) {
    const list = Object.entries(expected).map(([name, count]) => `${name} ${say(count)}`);
    console.log(`   as expected: ${list.join(', ')}`);
    return;
  }
  const parts = wrong.map(([name, count]) => `${name} is ${say(counts[name])}, not ${say(count)}`);
  throw new DemoFailure(`${who}: ${parts.join('; ')}`);
}

function say(count: number | undefined): string {
  return count === undefined ? 'absent' : count.toLocaleString('en-US');
}
