//! `load ADDRESS COLLECTION VECTORS_FILE COUNT DIMENSION`: loads little-endian 32-bit floats as records.

use std::{
    env,
    error::Error,
    fs::File,
    io::{BufReader, Read},
    time::Instant,
};

use protovec::{Client, Code, CollectionConfig, Metric, Record};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [address, name, file, count, dimension] = arguments.as_slice() else {
        return Err("usage: load ADDRESS COLLECTION VECTORS_FILE COUNT DIMENSION".into());
    };
    let (count, dimension): (u32, u32) = (count.parse()?, dimension.parse()?);
    let client = Client::connect(address).await?;
    let config = CollectionConfig::new()
        .dimension(dimension)
        .metric(Metric::Cosine);
    match client.create_collection(name, config).await {
        Err(error) if error.code() != Code::AlreadyExists => return Err(error.into()),
        _ => {}
    }
    let mut vectors = BufReader::with_capacity(1 << 20, File::open(file)?);
    let mut row = vec![0; dimension as usize * 4];
    let records = (0..count).map(move |n| {
        vectors.read_exact(&mut row).map_err(|error| {
            let message = format!("row {n} of the vectors cannot be read: {error}");
            protovec::Error::new(Code::Aborted, message)
        })?;
        let floats = row.chunks_exact(4);
        let floats =
            floats.map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
        Ok(Record::new(n.to_string())
            .content(format!("record {n}"))
            .embedding(floats.collect::<Vec<f32>>())
            .metadata("n", n))
    });
    let start = Instant::now();
    let loaded = client.collection(name).insert_many(records).await?;
    let seconds = start.elapsed().as_secs_f64();
    if loaded.failed > 0 {
        return Err(format!(
            "{} records were refused: {:?}",
            loaded.failed, loaded.errors[0]
        )
        .into());
    }
    let records = loaded.created + loaded.updated;
    println!(
        "{}",
        serde_json::json!({ "language": "rust", "records": records, "seconds": seconds })
    );
    Ok(())
}
