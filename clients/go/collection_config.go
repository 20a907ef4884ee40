package protovec

import (
	"math"
	"time"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// Metric is how two vectors are compared.
type Metric string

// The metrics. Scores are higher for more similar vectors, distances lower.
const (
	// Cosine: the score is the cosine of the angle, the distance 1 - cosine.
	Cosine Metric = "cosine"
	// Dot: the score is the dot product, the distance its negative.
	Dot Metric = "dot"
	// Euclidean: the distance is the Euclidean one, the score its negative.
	Euclidean Metric = "euclidean"
)

// Embedder makes vectors of texts: of records that are written without an embedding, and of searches
// by content.
type Embedder struct{ config *pb.EmbedderConfig }

// BuiltinEmbedder works inside the server, without a model: it finds texts that share words, parts
// of words and spelling.
func BuiltinEmbedder() *Embedder {
	return &Embedder{&pb.EmbedderConfig{Provider: &pb.EmbedderConfig_Builtin{Builtin: &pb.BuiltinEmbedder{}}}}
}

// OpenAIEmbedder asks the embedding service that the server's operator has set up. sendDimension: ask
// it for vectors of the collection's dimension, which only some models take.
func OpenAIEmbedder(model string, sendDimension bool) *Embedder {
	provider := &pb.OpenAiCompatibleEmbedder{Model: model, SendDimension: sendDimension}
	return &Embedder{&pb.EmbedderConfig{Provider: &pb.EmbedderConfig_OpenaiCompatible{OpenaiCompatible: provider}}}
}

// CollectionConfig is what a collection is.
type CollectionConfig struct {
	// Dimension is the length of every embedding, 1 to 65,536. 0: 384.
	Dimension int
	// Metric is how vectors are compared. Empty: Cosine.
	Metric Metric
	// EmbeddingModel names the model that made the embeddings. Empty: unknown, or as Embedder says.
	EmbeddingModel string
	// Embedder makes vectors of texts. nil: nothing does.
	Embedder *Embedder
	// Index is how nearest neighbours are found. nil: the defaults.
	Index *pb.IndexConfig
	// Persistence is when and how the collection is saved. nil: the defaults.
	Persistence *pb.PersistenceConfig
}

// CollectionInfo describes a collection.
type CollectionInfo struct {
	Name           string
	Dimension      int
	Metric         Metric
	EmbeddingModel string
	// RecordCount is how many records it holds.
	RecordCount uint64
	// Sequence is the log sequence that it has reached; 0: nothing was ever written.
	Sequence   uint64
	CreateTime time.Time
	// Serving is false when a file of it is damaged; StateMessage then says which, and where.
	Serving      bool
	StateMessage string
	// Proto is everything that the server tells.
	Proto *pb.Collection
}

func (config CollectionConfig) proto() (*pb.CollectionConfig, error) {
	metric, err := metricProto(config.Metric)
	if err != nil {
		return nil, err
	}
	if config.Dimension < 0 || config.Dimension > math.MaxInt32 {
		return nil, invalid("config.dimension", "the dimension is %d; it is 1 to 65,536", config.Dimension)
	}
	message := &pb.CollectionConfig{
		Dimension:      uint32(config.Dimension),
		Metric:         metric,
		EmbeddingModel: config.EmbeddingModel,
		Index:          config.Index,
		Persistence:    config.Persistence,
	}
	if config.Embedder != nil {
		message.Embedder = config.Embedder.config
	}
	return message, nil
}

func metricProto(metric Metric) (pb.Metric, error) {
	switch metric {
	case "":
		return pb.Metric_METRIC_UNSPECIFIED, nil
	case Cosine:
		return pb.Metric_METRIC_COSINE, nil
	case Dot:
		return pb.Metric_METRIC_DOT, nil
	case Euclidean:
		return pb.Metric_METRIC_EUCLIDEAN, nil
	}
	return 0, invalid("config.metric", "the metric is %q; use Cosine, Dot or Euclidean", string(metric))
}

// MetricOf is the metric of a message; unset is Cosine, one that this version does not know is empty.
func MetricOf(metric pb.Metric) Metric {
	switch metric {
	case pb.Metric_METRIC_UNSPECIFIED, pb.Metric_METRIC_COSINE:
		return Cosine
	case pb.Metric_METRIC_DOT:
		return Dot
	case pb.Metric_METRIC_EUCLIDEAN:
		return Euclidean
	}
	return ""
}

func collectionInfo(message *pb.Collection) *CollectionInfo {
	config := message.GetConfig()
	return &CollectionInfo{
		Name:           message.GetName(),
		Dimension:      int(config.GetDimension()),
		Metric:         MetricOf(config.GetMetric()),
		EmbeddingModel: config.GetEmbeddingModel(),
		RecordCount:    message.GetRecordCount(),
		Sequence:       message.GetSequence(),
		CreateTime:     goTime(message.GetCreateTime()),
		Serving:        message.GetState() == pb.CollectionState_COLLECTION_STATE_SERVING,
		StateMessage:   message.GetStateMessage(),
		Proto:          message,
	}
}
