package protovec

import (
	"context"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	grpcbackoff "google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

const (
	// Twice the largest message that a server takes by default; its answers are 4 MiB at most.
	receiveBytesMax = 32 << 20
	// A stream without a deadline still notices that its server is gone.
	keepaliveTime    = 60 * time.Second
	keepaliveTimeout = 20 * time.Second
	// A server that comes back is found in seconds, not in up to two minutes.
	reconnectFirst   = 250 * time.Millisecond
	reconnectLongest = 5 * time.Second
	connectTimeout   = 20 * time.Second
)

// Client is a connection to a server. It is safe for concurrent use; one client is enough for a
// program.
type Client struct {
	conn    *grpc.ClientConn
	timeout time.Duration
	closed  atomic.Bool

	collections pb.CollectionServiceClient
	records     pb.RecordServiceClient
	search      pb.SearchServiceClient
	snapshots   pb.SnapshotServiceClient
	server      pb.ServerServiceClient
}

// Dial makes a client of the server at address: host:port, or any target that gRPC knows. It makes
// no call: the connection opens with the first one, and again by itself when it breaks. It fails
// only for options that contradict or endanger each other.
func Dial(address string, options ...DialOption) (*Client, error) {
	settings := dialSettings{timeout: defaultTimeout}
	for _, option := range options {
		if err := option(&settings); err != nil {
			return nil, err
		}
	}
	if address == "" {
		return nil, invalid("address", "the address is empty; give it as host:port")
	}
	secured, err := security(address, &settings)
	if err != nil {
		return nil, err
	}
	dialOptions := append(secured,
		grpc.WithDefaultServiceConfig(serviceConfig),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(receiveBytesMax)),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: keepaliveTime, Timeout: keepaliveTimeout}),
		grpc.WithUserAgent("protovec-go/"+Version),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           grpcbackoff.Config{BaseDelay: reconnectFirst, Multiplier: 1.6, Jitter: 0.2, MaxDelay: reconnectLongest},
			MinConnectTimeout: connectTimeout,
		}))
	conn, err := grpc.NewClient(address, append(dialOptions, settings.grpc...)...)
	if err != nil {
		return nil, invalid("address", "%s cannot be connected to: %v", address, err)
	}
	return &Client{
		conn:        conn,
		timeout:     settings.timeout,
		collections: pb.NewCollectionServiceClient(conn),
		records:     pb.NewRecordServiceClient(conn),
		search:      pb.NewSearchServiceClient(conn),
		snapshots:   pb.NewSnapshotServiceClient(conn),
		server:      pb.NewServerServiceClient(conn),
	}, nil
}

// security is how the connection is protected and who its calls come from.
func security(address string, settings *dialSettings) ([]grpc.DialOption, error) {
	transport := insecure.NewCredentials()
	if settings.tls != nil {
		transport = credentials.NewTLS(settings.tls)
	}
	options := []grpc.DialOption{grpc.WithTransportCredentials(transport)}
	if !settings.hasKey {
		return options, nil
	}
	key, err := newAPIKey(address, settings.apiKey, settings.tls != nil)
	if err != nil {
		return nil, err
	}
	if settings.tls == nil {
		// A proxy would be another machine.
		options = append(options, grpc.WithNoProxy())
	}
	return append(options, grpc.WithPerRPCCredentials(key)), nil
}

// Conn is the connection beneath, for the generated stubs of package protovec/v1. Calls over it have
// the key, retries and keepalive of this client, but no default deadline and no [*Error].
func (c *Client) Conn() *grpc.ClientConn { return c.conn }

// Close closes the connection and ends the calls under way. Later calls fail with CLIENT_CLOSED.
func (c *Client) Close() error {
	if c.closed.Swap(true) {
		return nil
	}
	return c.conn.Close()
}

func (c *Client) open() error {
	if !c.closed.Load() {
		return nil
	}
	return NewError(codes.FailedPrecondition, ReasonClientClosed, "the client is closed; dial again", nil, nil)
}

// unary runs a call with the client's deadline, unless the context has one.
func unary[Request, Response any](
	ctx context.Context,
	c *Client,
	method func(context.Context, *Request, ...grpc.CallOption) (*Response, error),
	request *Request,
) (*Response, error) {
	if err := c.open(); err != nil {
		return nil, err
	}
	if _, has := ctx.Deadline(); !has && c.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.timeout)
		defer cancel()
	}
	response, err := method(ctx, request)
	if err != nil {
		return nil, fromRPC(ctx, err)
	}
	return response, nil
}
