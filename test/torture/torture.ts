/** What a kind of torture is: one file of `kinds/`, named as the command line names it. */

export interface TortureOptions {
  /** The plan of a run follows from it; when a signal meets the server does not. */
  readonly seed: number;
  /** How many rounds, or of what else the kind counts. */
  readonly rounds: number;
  /** As the kind says; of a kill, the most records of an ordinary message. */
  readonly size: number;
  /** Repeat this history of the seed alone; only kinds that name the histories they run have it. */
  readonly only?: number;
  /** The kind's own options. */
  readonly more?: Readonly<Record<string, number>>;
  /** Write the figures to the documentation; only kinds that have a place there do it. */
  readonly publish?: boolean;
}

/** Told after each round, with what happened in it. */
export type OnRound = (round: number, line: string) => void;

/** Every file of `kinds/` exports one, as `torture`. */
export interface Torture {
  /** One line for people. */
  readonly about: string;
  /** What is counted, and so the option that says how many; `rounds` when it is left out. */
  readonly unit?: 'rounds' | 'histories' | 'points' | 'messages' | 'minutes' | 'records';
  /** How many without that option. */
  readonly rounds: number;
  readonly size: number;
  /** Further options, and what they are when they are left out. */
  readonly more?: Readonly<Record<string, number>>;
  /** It knows `--publish`. */
  readonly publishes?: boolean;
  /** Resolves to the figures of the run. Rejects with BrokenGuarantee, or when it could not run. */
  run(options: TortureOptions, onRound: OnRound): Promise<string>;
}

/** What the server promised and did not keep. */
export class BrokenGuarantee extends Error {
  override readonly name = 'BrokenGuarantee';
  readonly problems: readonly string[];

  /** `where`: what was going on, and where the data is kept. */
  constructor(problems: readonly string[], where: string) {
    super(
      [where, ...problems.slice(0, PROBLEMS_SHOWN).map((problem) => `  ${problem}`)].join('\n'),
    );
    this.problems = problems;
  }
}

const PROBLEMS_SHOWN = 20;
