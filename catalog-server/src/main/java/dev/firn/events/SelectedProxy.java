package dev.firn.events;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.HttpProxy;
import org.eclipse.jetty.client.Origin;
import org.jspecify.annotations.Nullable;

/** A proxy that the Java virtual machine was told to use for some receivers ({@code http.proxyHost} and its like); Jetty does not look at that by itself. */
final class SelectedProxy extends HttpProxy {
    private SelectedProxy(Origin.Address address) {
        super(address, false);
    }

    /** Sees to it that the client knows the proxy of this receiver, if it has one. */
    static void use(HttpClient client, URI receiver) {
        Origin.Address address = of(receiver);
        if (address == null) {
            return;
        }
        synchronized (client) {
            boolean known = client.getProxyConfiguration().getProxies().stream()
                    .anyMatch(proxy -> proxy.getAddress().equals(address));
            if (!known) {
                client.getProxyConfiguration().addProxy(new SelectedProxy(address));
            }
        }
    }

    @Override
    public boolean matches(Origin origin) {
        return !getAddress().equals(origin.getAddress()) && getAddress().equals(of(URI.create(origin.asString())));
    }

    private static Origin.@Nullable Address of(URI receiver) {
        ProxySelector selector = ProxySelector.getDefault();
        if (selector == null) {
            return null;
        }
        return selector.select(receiver).stream()
                .limit(1)
                .filter(proxy -> proxy.type() == Proxy.Type.HTTP)
                .map(proxy -> (InetSocketAddress) proxy.address())
                .map(address -> new Origin.Address(address.getHostString(), address.getPort()))
                .findFirst()
                .orElse(null);
    }
}
