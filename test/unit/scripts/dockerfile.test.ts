/** What can be told of the container's files without a container. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { settings } from '../../../src/config/settings.js';

const root = new URL('../../../', import.meta.url).pathname;
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const dockerfile = read('Dockerfile').replace(/\\\n/g, ' ');
const instructions = dockerfile.split('\n').filter((line) => /^[A-Z]+ /.test(line));
const of = (name: string) =>
  instructions
    .filter((line) => line.startsWith(`${name} `))
    .map((line) => line.slice(name.length + 1));

/** Sources of COPY that come from the repository. */
const sources = of('COPY')
  .filter((copy) => !copy.startsWith('--from='))
  .flatMap((copy) => copy.trim().split(/ +/).slice(0, -1));

describe('Dockerfile', () => {
  it('copies what is there and under version control', () => {
    expect(sources).includes('package-lock.json').and.includes('src');
    for (const source of sources) {
      expect(existsSync(join(root, source)), source).equals(true);
      const tracked = execFileSync('git', ['ls-files', '--', source], { cwd: root });
      expect(tracked.length, source).greaterThan(0);
    }
  });

  it('copies from stages what their build makes', () => {
    const made = of('COPY').filter((copy) => copy.startsWith('--from='));
    const stages = of('FROM').map((from) => / AS (\w+)$/.exec(from)?.[1]);
    for (const copy of made) expect(stages).includes(/^--from=(\w+)/.exec(copy)![1]);
    const { main } = { main: JSON.parse(read('package.json')).bin.protovec as string };
    expect(dockerfile).contains(`ln -s /protovec/${main} `);
  });

  it('is sent every file that it copies, and nothing that was built here', () => {
    const ignore = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(ignore[0]).equals('*');
    const allowed = ignore.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    for (const source of sources) {
      const isSent = allowed.some((path) => source === path || source.startsWith(`${path}/`));
      expect(isSent, source).equals(true);
    }
    expect(ignore).includes('**/node_modules').and.includes('**/dist');
  });

  it('sets what are settings, runs as nobody special, and asks how the server is', () => {
    const variables = of('ENV').flatMap((line) =>
      line
        .trim()
        .split(/ +/)
        .map((pair) => pair.split('=')[0]!),
    );
    const known = settings.map(({ variable }) => variable as string);
    for (const variable of variables.filter((name) => name.startsWith('PROTOVEC_'))) {
      expect(known).includes(variable);
    }
    expect(of('USER')).deep.equals(['node']);
    expect(of('STOPSIGNAL')).deep.equals(['SIGTERM']);
    expect(of('HEALTHCHECK')[0]).contains('"protovec", "health"');
    expect(of('VOLUME')).deep.equals(['/data']);
  });

  it('runs on the Node that is supported', () => {
    const oldest = /(\d+)/.exec(JSON.parse(read('package.json')).engines.node as string)![1];
    for (const from of of('FROM')) expect(from).matches(new RegExp(`^node:${oldest}-`));
  });
});
