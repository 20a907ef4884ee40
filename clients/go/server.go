package protovec

import (
	"context"

	"google.golang.org/grpc/health/grpc_health_v1"

	pb "github.com/protovec/protovec/clients/go/protovec/v1"
)

// ServerInfo is about the server.
type ServerInfo struct {
	// Version of the server, such as 0.1.0.
	Version string
	// SnapshotFormat is the version of the snapshot format that it writes.
	SnapshotFormat string
	// Limits are what it refuses to exceed.
	Limits *pb.ServerLimits
}

// ServerInfo tells the version and the limits of the server.
func (c *Client) ServerInfo(ctx context.Context) (*ServerInfo, error) {
	response, err := unary(ctx, c, c.server.GetServerInfo, &pb.GetServerInfoRequest{})
	if err != nil {
		return nil, err
	}
	return &ServerInfo{
		Version:        response.GetVersion(),
		SnapshotFormat: response.GetSnapshotFormatVersion(),
		Limits:         response.GetLimits(),
	}, nil
}

// Serving tells whether the server serves, as a whole (service is empty) or one service of it, such
// as protovec.v1.SearchService. NOT_FOUND when it has no such service.
func (c *Client) Serving(ctx context.Context, service string) (bool, error) {
	health := grpc_health_v1.NewHealthClient(c.conn)
	response, err := unary(ctx, c, health.Check, &grpc_health_v1.HealthCheckRequest{Service: service})
	if err != nil {
		return false, err
	}
	return response.GetStatus() == grpc_health_v1.HealthCheckResponse_SERVING, nil
}
