// Package testserver runs the real server for tests.
package testserver

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"testing"
)

var listens = regexp.MustCompile(`listens on \S*?([\w.\[\]:]+:\d+)`)

// Server is a real server with a data directory of its own.
type Server struct {
	// Address is host:port; the same after a restart.
	Address string

	data    string
	flags   []string
	process *exec.Cmd
}

// Start starts one on a free port, and stops it when the test ends. flags are those of protovec serve.
func Start(t testing.TB, flags ...string) *Server {
	t.Helper()
	s := &Server{data: t.TempDir(), flags: flags}
	if err := s.run("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	return s
}

// Kill ends the server as a crash would.
func (s *Server) Kill() {
	if s.process != nil {
		_ = s.process.Process.Kill()
		_ = s.process.Wait()
		s.process = nil
	}
}

// Restart starts a killed server again, on the same data and address.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	if err := s.run(s.Address); err != nil {
		t.Fatal(err)
	}
}

func (s *Server) run(listen string) error {
	command := Protovec(append([]string{
		"serve", "--listen", listen, "--data-dir", s.data, "--log-level", "error",
	}, s.flags...)...)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	output, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if told := listens.FindStringSubmatch(lines.Text()); told != nil {
			s.Address, s.process = told[1], command
			return nil
		}
	}
	_ = command.Wait()
	return fmt.Errorf("the server did not start; is dist/ built (npm run build)? %s", complaints.String())
}

// Repository is the folder of the repository.
func Repository() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "..", "..")
}

// Protovec is the command line of the server.
func Protovec(arguments ...string) *exec.Cmd {
	command := exec.Command("node", append([]string{"dist/cli/main.js"}, arguments...)...)
	command.Dir = Repository()
	command.Env = append(os.Environ(), "NO_COLOR=1")
	return command
}
