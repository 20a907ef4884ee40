package io.protovec.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.regex.Pattern;

/**
 * Says with every call who makes it. A key is sent only where nobody on the way can read it: over
 * TLS, or to a server on the same machine. It is never part of a message or an error.
 */
final class ApiKey implements ClientInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]+");
  private static final Pattern SCHEME = Pattern.compile("^(dns|ipv4|ipv6):(///)?");
  private static final Pattern LOOPBACK = Pattern.compile("127(\\.(\\d{1,3})){3}");

  private final String header;

  ApiKey(String key) {
    if (!KEY.matcher(key).matches()) {
      // The key is not repeated: what is nearly a key is still a secret.
      throw ProtovecException.invalid(
          "apiKey",
          "The API key is empty, or has white space or characters that are not ASCII; give the key"
              + " alone");
    }
    header = "Bearer " + key;
  }

  /** Refuses to send a key to another machine in plain text. */
  static void checkPlaintext(String address) {
    if (isOnThisMachine(address)) return;
    throw ProtovecException.invalid(
        "apiKey",
        "An API key would be sent to "
            + address
            + " in plain text, where anybody on the way can read it; connect with tls()");
  }

  /** Whether a target of gRPC can only be a server on this machine. */
  static boolean isOnThisMachine(String target) {
    if (target.startsWith("unix:") || target.startsWith("unix-abstract:")) return true;
    for (String address : SCHEME.matcher(target).replaceFirst("").split(",", -1)) {
      String host = address.replaceFirst(":\\d+$", "").replaceFirst("^\\[(.*)]$", "$1");
      boolean local = host.equalsIgnoreCase("localhost") || host.equals("::1");
      if (!local && !LOOPBACK.matcher(host).matches()) return false;
    }
    return true;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        if (!headers.containsKey(AUTHORIZATION)) headers.put(AUTHORIZATION, header);
        super.start(listener, headers);
      }
    };
  }
}
