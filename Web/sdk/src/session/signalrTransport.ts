import { HttpTransportType, HubConnectionBuilder, LogLevel } from "@microsoft/signalr";
import { MessagePackHubProtocol } from "@microsoft/signalr-protocol-msgpack";
import type { HubTransport, TransportFactory } from "./transport";

/**
 * SignalR over WebSockets with MessagePack. Negotiation is skipped: one round trip less, and no need for sticky sessions behind
 * a load balancer.
 */
export const signalrTransport = (baseUrl = "", hub = "session"): TransportFactory => (accessToken): HubTransport => {
  const connection = new HubConnectionBuilder()
    .withUrl(`${baseUrl}/hubs/${hub}`, {
      transport: HttpTransportType.WebSockets,
      skipNegotiation: true,
      accessTokenFactory: accessToken,
    })
    .withHubProtocol(new MessagePackHubProtocol())
    .configureLogging(LogLevel.None)
    .build();
  return {
    start: () => connection.start(),
    stop: () => connection.stop(),
    invoke: (method, ...args) => connection.invoke(method, ...args),
    // A send that fails means that the connection is ending; `onClose` says so and the reconnect resends.
    send: (method, ...args) => void connection.send(method, ...args).catch(() => undefined),
    stream: (method, args, receiver) => {
      const subscription = connection.stream(method, ...args).subscribe({
        next: (item) => receiver.next(item),
        complete: () => receiver.closed(),
        error: (error) => receiver.failed(error),
      });
      return () => subscription.dispose();
    },
    on: (event, handler) => connection.on(event, handler),
    onClose: (handler) => connection.onclose(handler),
  };
};
