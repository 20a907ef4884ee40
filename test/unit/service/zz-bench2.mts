import { EnginePool } from '../../../src/engine/pool.js';
import { fixtureEntry, request, paths } from './fixture-server.js';
const pool = await EnginePool.open({ dataDirectory: 'x', workers: 1, entry: fixtureEntry, onFailure: console.error });
const p = request('echo', 'x'.repeat(200));
const call = () => new Promise<void>((res, rej) => { pool.start(paths.unary, p, Infinity, { reply: () => res(), error: rej }); });
for (const n of [1, 32, 256]) {
  const lat: number[] = [];
  const run = async (ms: number) => {
    let count = 0; const end = Date.now() + ms; const t = performance.now(); const c = process.cpuUsage(); lat.length = 0;
    await Promise.all(Array.from({ length: n }, async () => { while (Date.now() < end) { const a = performance.now(); await call(); lat.push(performance.now() - a); count++; } }));
    const cpu = process.cpuUsage(c); const wall = performance.now() - t; lat.sort((a, b) => a - b);
    return `${(count / wall * 1000).toFixed(0)}/s cpu ${((cpu.user + cpu.system) / count).toFixed(1)}us p10 ${(lat[lat.length / 10 | 0]! * 1000).toFixed(0)}us p50 ${(lat[lat.length / 2 | 0]! * 1000).toFixed(0)}us`;
  };
  await run(500);
  console.log(process.env.FLUSH, n, await run(1500));
}
process.exit(0);
