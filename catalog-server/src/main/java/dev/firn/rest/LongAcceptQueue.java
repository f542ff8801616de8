package dev.firn.rest;

import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;

/** Lets many clients connect at the same moment: what the system drops because the queue is full, a client sends again only a second later. */
final class LongAcceptQueue implements LifeCycle.Listener {
    /** In connections; the system may allow fewer ({@code net.core.somaxconn}). Java's own is 50. */
    private static final int LENGTH = 1024;

    @Override
    public void lifeCycleStarting(LifeCycle starting) {
        for (Connector connector : ((Server) starting).getConnectors()) {
            if (connector instanceof ServerConnector sockets) {
                sockets.setAcceptQueueSize(LENGTH);
            }
        }
    }
}
