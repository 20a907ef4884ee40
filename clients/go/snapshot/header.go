package snapshot

import (
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/protovec/protovec/clients/go"
	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// Header is what a part of a snapshot says of its records.
type Header struct {
	// Version of the format, such as 1.0.0.
	Version string
	// Dimension is the length of every embedding.
	Dimension int
	// Metric is how the collection compares vectors.
	Metric protovec.Metric
	// Collection that it was taken of. Empty: unknown.
	Collection string
	// EmbeddingModel made the embeddings. Empty: unknown.
	EmbeddingModel string
	// CreatedAt is the instant whose records these are. Zero: unknown.
	CreatedAt time.Time
	// LogSequence that it includes. 0: unknown.
	LogSequence uint64
	// Index is how to rebuild the index. nil: the defaults.
	Index *pb.IndexConfig
}

func decodeHeader(fields []byte) (*Header, error) {
	var message pb.StorageSnapshot
	if err := proto.Unmarshal(fields, &message); err != nil {
		return nil, problem("the header cannot be decoded: %v", err)
	}
	if message.Dimension == 0 || message.Dimension > dimensionMax {
		return nil, problem("dimension %d: one from 1 to %d must come before the records", message.Dimension, dimensionMax)
	}
	metric := protovec.MetricOf(message.Metric)
	if metric == "" {
		return nil, problem("unknown metric %d: read it with a newer version", message.Metric)
	}
	header := &Header{
		Version: message.Version, Dimension: int(message.Dimension), Metric: metric,
		Collection: message.Collection, EmbeddingModel: message.EmbeddingModel,
		LogSequence: message.LogSequence, Index: message.IndexConfig,
	}
	if message.CreatedAt != nil {
		header.CreatedAt = message.CreatedAt.AsTime()
	}
	return header, nil
}

// agree fails when parts under both headers cannot be in one file. An unknown model agrees with every
// model.
func (h *Header) agree(other *Header) error {
	switch {
	case h.Dimension != other.Dimension:
		return problem("dimension %d after a part of dimension %d: such parts are no snapshot together", other.Dimension, h.Dimension)
	case h.Metric != other.Metric:
		return problem("metric %s after a part of metric %s: such parts are no snapshot together", other.Metric, h.Metric)
	case h.EmbeddingModel != other.EmbeddingModel && h.EmbeddingModel != "" && other.EmbeddingModel != "":
		return problem("embedding model %q after a part of %q: such parts are no snapshot together", other.EmbeddingModel, h.EmbeddingModel)
	}
	return nil
}
