/** What a kind of work needs to know: the plan, the data, the systems, and where figures go. */
import type { Dataset } from '../data/dataset.js';
import type { Plan, Work } from '../plan.js';
import { type Figures, type Measurement, medians, type Point } from '../results.js';
import type { RunningSystem } from './running-system.js';

/** The rounds of one thing, or why there are none. */
interface Series {
  readonly work: Work;
  readonly system: string;
  readonly point: Point;
  readonly rounds: Figures[];
  missing?: string;
}

export class Bench {
  readonly plan: Plan;
  readonly dataset: Dataset;
  readonly systems: readonly RunningSystem[];
  readonly threads: number;
  readonly #works: ReadonlySet<Work>;
  readonly #run: string;
  readonly #series = new Map<string, Series>();

  constructor(options: {
    plan: Plan;
    dataset: Dataset;
    systems: readonly RunningSystem[];
    threads: number;
    works: ReadonlySet<Work>;
    run: string;
  }) {
    this.plan = options.plan;
    this.dataset = options.dataset;
    this.systems = options.systems;
    this.threads = options.threads;
    this.#works = options.works;
    this.#run = options.run;
  }

  /** Whether a kind of work was asked for. */
  wants(work: Work): boolean {
    return this.#works.has(work);
  }

  /** Notes the figures of one round. */
  record(work: Work, system: string, point: Point, figures: Figures): void {
    this.#seriesOf(work, system, point).rounds.push(figures);
  }

  /** Notes why there are no figures. */
  recordMissing(work: Work, system: string, point: Point, reason: string): void {
    this.#seriesOf(work, system, point).missing = reason;
  }

  /** Everything noted for the works that were asked for. */
  measurements(): Measurement[] {
    return [...this.#series.values()]
      .filter(({ work }) => this.wants(work))
      .map(({ work, system, point, rounds, missing }) => ({
        size: this.plan.size,
        dataset: this.dataset.name,
        work,
        system,
        point,
        run: this.#run,
        rounds,
        figures: medians(rounds),
        ...(missing === undefined || rounds.length > 0 ? {} : { missing }),
      }));
  }

  /** Says on a terminal what goes on, after the seconds since the start. */
  say(what: string): void {
    const seconds = process.uptime().toFixed(0).padStart(4);
    process.stderr.write(`${seconds} s  ${this.dataset.name}: ${what}\n`);
  }

  #seriesOf(work: Work, system: string, point: Point): Series {
    const key = JSON.stringify([work, system, point]);
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const made = { work, system, point, rounds: [] };
    this.#series.set(key, made);
    return made;
  }
}
