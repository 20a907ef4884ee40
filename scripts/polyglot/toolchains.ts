/** The five languages of the demonstration. */
import { absence, hasToolchain, type Language, languages } from '../clients/languages.js';

export interface Languages {
  readonly go: Language;
  readonly python: Language;
  readonly rust: Language;
  readonly java: Language;
  readonly typescript: Language;
}

/** The five of the list of all clients. */
export function demoLanguages(): Languages {
  const find = (name: keyof Languages): Language => {
    const language = languages.find(({ folder }) => folder === name);
    if (language === undefined) throw new Error(`scripts/clients/languages.ts has no ${name}`);
    return language;
  };
  return {
    go: find('go'),
    python: find('python'),
    rust: find('rust'),
    java: find('java'),
    typescript: find('typescript'),
  };
}

/** A line for each language that this machine cannot build. */
export function absentLanguages(wanted: Languages): string[] {
  const absent = Object.values(wanted).filter((language) => !hasToolchain(language));
  return absent.map((language) => `${language.title} takes part, but ${absence(language)}`);
}
