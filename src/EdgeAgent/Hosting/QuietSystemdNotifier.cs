using Microsoft.Extensions.Hosting.Systemd;

namespace EdgeAgent.Hosting;

/// <summary>
/// Stands where the host's own notifier would: that one reports READY when the host has started, which is before the
/// pipeline has, and knows neither reload nor watchdog.
/// </summary>
internal sealed class QuietSystemdNotifier : ISystemdNotifier
{
    public bool IsEnabled => false;

    public void Notify(ServiceState state)
    {
        // ServiceNotifier tells it.
    }
}
