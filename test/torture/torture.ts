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
}

/** Told after each round, with what happened in it. */
export type OnRound = (round: number, line: string) => void;

/** Every file of `kinds/` exports one, as `torture`. */
export interface Torture {
  /** One line for people. */
  readonly about: string;
  /** What is counted, and so the option that says how many; `rounds` when it is left out. */
  readonly unit?: 'rounds' | 'histories' | 'points';
  /** How many without that option. */
  readonly rounds: number;
  readonly size: number;
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
