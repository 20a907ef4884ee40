import { nodeFileSystem as fs } from './src/storage/file-system.js';
import { JsonSnapshotWriter } from './src/snapshot/json-writer.js';
import { StagedMerge } from './src/snapshot/staging.js';
import { SnapshotWriter } from './src/snapshot/snapshot-writer.js';
import { VectorRecord } from './src/gen/protovec/v1/record.js';
import { unlinkSync, mkdtempSync, rmSync } from 'node:fs';
const bodies = Array.from({length: 2000}, (_, i) => VectorRecord.encode(VectorRecord.fromPartial({ id: crypto.randomUUID(), content: 'the definition of a thing '.repeat(4), title: 'word', extension: 'noun', embedding: Array.from({length: Number(process.argv[2])}, () => Math.fround(Math.random()*0.4-0.2)), metadata: new Map([['file',{kind:{$case:'stringValue' as const,value:'noun.animal'}}],['offset',{kind:{$case:'intValue' as const,value:BigInt(i)}}]]), createTime:{seconds:1700000000n,nanos:5}, updateTime:{seconds:1700000000n,nanos:5}, revision: BigInt(i+1)})).finish());
const header = { dimension: Number(process.argv[2]), createdAt: {seconds:1n,nanos:0}, collection:'x', metric:1, embeddingModel:'', logSequence: 5 };
const N=40000;
for (let k=0;k<3;k++){
const path='/tmp/sb.json'; try{unlinkSync(path)}catch{}
const f = await fs.open(path,'create');
let t=performance.now();
const w=new JsonSnapshotWriter(f, header as never);
for(let i=0;i<N;i++){const b=bodies[i%2000]; const p=w.record(b,0,b.length); if(p) await p;}
const d=await w.finish(); let s=(performance.now()-t)/1000;
console.log('json', (N/s).toFixed(0),'rec/s', (d.size/1e6/s).toFixed(0),'MB/s', (d.size/N).toFixed(0));
await f.close(); unlinkSync(path);
const dir=mkdtempSync('/tmp/sbst'); 
const uniq = bodies.map(b=>b);
const f2=await fs.open(dir+'/a.pb','create'); const w2=new SnapshotWriter(f2, header as never);
const enc=new TextEncoder();
for(let i=0;i<N;i++){const b=Buffer.from(bodies[i%2000]); b.set(enc.encode(String(i).padStart(36,'0')),2); const p=w2.record(b,0,b.length); if(p) await p;}
const d2=await w2.finish();
t=performance.now();
const m=await StagedMerge.begin(fs,dir,header as never); await m.addSnapshot(f2,'x'); const r=await m.finish(); s=(performance.now()-t)/1000;
console.log('stage', (N/s).toFixed(0),'rec/s', (d2.size/1e6/s).toFixed(0),'MB/s', r.recordCount);
await f2.close(); rmSync(dir,{recursive:true});
}
