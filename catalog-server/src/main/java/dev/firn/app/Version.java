package dev.firn.app;

import picocli.CommandLine.IVersionProvider;

/** The version of this jar. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Firn.class.getPackage().getImplementationVersion();
        return new String[] {"Firn " + (version == null ? "(not built as a jar)" : version)};
    }
}
