import io.grpc.Status;
import io.protovec.client.CollectionOptions;
import io.protovec.client.LoadResult;
import io.protovec.client.Protovec;
import io.protovec.client.ProtovecClient;
import io.protovec.client.ProtovecException;
import io.protovec.client.VectorRecord;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.LongStream;

/** Loads vectors: {@code Load ADDRESS COLLECTION VECTORS_FILE COUNT DIMENSION}. */
public final class Load {
  public static void main(String[] args) throws IOException {
    if (args.length != 5) {
      System.err.println("usage: Load ADDRESS COLLECTION VECTORS_FILE COUNT DIMENSION");
      System.exit(2);
    }
    long count = Long.parseLong(args[3]);
    int dimension = Integer.parseInt(args[4]);
    try (ProtovecClient client = Protovec.connect(args[0]);
        FileChannel file = FileChannel.open(Path.of(args[2]))) {
      create(client, args[1], dimension);
      long begun = System.nanoTime();
      LoadResult loaded =
          client
              .collection(args[1])
              .insertMany(LongStream.range(0, count).mapToObj(row -> record(file, row, dimension)));
      double seconds = (System.nanoTime() - begun) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "{\"language\":\"java\",\"records\":%d,\"seconds\":%.3f}%n",
          loaded.created() + loaded.updated(),
          seconds);
      if (loaded.failed() > 0) throw new IllegalStateException(loaded.errors().toString());
    }
  }

  private static void create(ProtovecClient client, String collection, int dimension) {
    try {
      client.createCollection(collection, CollectionOptions.dimension(dimension));
    } catch (ProtovecException error) {
      if (error.code() != Status.Code.ALREADY_EXISTS) throw error;
    }
  }

  /** Rows are mapped many at a time, for a file may be larger than a buffer can be. */
  private static final int CHUNK_ROWS = 4_096;

  private static FloatBuffer chunk;
  private static long chunkIndex = -1;

  private static VectorRecord record(FileChannel file, long row, int dimension) {
    long index = row / CHUNK_ROWS;
    if (index != chunkIndex) {
      chunk = map(file, index, dimension);
      chunkIndex = index;
    }
    float[] embedding = new float[dimension];
    chunk.get((int) (row % CHUNK_ROWS) * dimension, embedding);
    return VectorRecord.builder(Long.toString(row))
        .content("record " + row)
        .embedding(embedding)
        .metadata("n", row)
        .build();
  }

  private static FloatBuffer map(FileChannel file, long index, int dimension) {
    long bytes = (long) CHUNK_ROWS * dimension * Float.BYTES;
    try {
      long length = Math.min(bytes, file.size() - index * bytes);
      return file.map(MapMode.READ_ONLY, index * bytes, length)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
