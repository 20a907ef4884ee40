import io.protovec.client.MergeOptions;
import io.protovec.client.MergeResult;
import io.protovec.client.Protovec;
import io.protovec.client.ProtovecClient;
import io.protovec.client.ProtovecException;
import java.io.IOException;
import java.nio.file.Path;

/** Merges a snapshot file into a collection: {@code Merge ADDRESS COLLECTION FILE}. */
public final class Merge {
  public static void main(String[] args) throws IOException {
    if (args.length != 3) {
      System.err.println("usage: Merge ADDRESS COLLECTION FILE");
      System.exit(2);
    }
    try (ProtovecClient client = Protovec.connect(args[0])) {
      MergeResult merged =
          client.collection(args[1]).snapshots().merge(Path.of(args[2]), MergeOptions.defaults());
      System.out.printf(
          "merged: %d added, %d replaced, %d kept%n",
          merged.created(), merged.replaced(), merged.skipped());
    } catch (ProtovecException error) {
      System.err.println(error.reason() + ": " + error.getMessage());
      System.exit(1);
    }
  }
}
