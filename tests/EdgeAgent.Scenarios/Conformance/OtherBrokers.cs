using System.Diagnostics;
using System.Globalization;

namespace EdgeAgent.Scenarios.Conformance;

/// <summary>
/// RabbitMQ with its MQTT plugin, as a node of its own: its files lie in the test's folder, its ports on loopback. It keeps sessions
/// and messages on disk.
/// </summary>
internal sealed class RabbitMq : RealBroker
{
    private const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";
    private readonly int _epmdPort = LoopbackPort.Free();
    private readonly int _nodePort = LoopbackPort.Free();
    private Process? _epmd;

    public override bool KnowsVersion5 => false;

    protected override string Needs => "rabbitmq-server";

    protected override ProcessStartInfo Command()
    {
        System.IO.File.WriteAllText(File("rabbitmq.conf"), $"""
            listeners.tcp = none
            mqtt.listeners.tcp.1 = 127.0.0.1:{Port}
            mqtt.allow_anonymous = true
            distribution.listener.interface = 127.0.0.1
            """);
        System.IO.File.WriteAllText(File("enabled_plugins"), "[rabbitmq_mqtt].");
        var start = new ProcessStartInfo(Program);
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["HOME"] = File(""),
            ["RABBITMQ_NODENAME"] = "edgeagent-test@localhost",
            ["RABBITMQ_MNESIA_BASE"] = File("mnesia"),
            ["RABBITMQ_LOG_BASE"] = File("log"),
            ["RABBITMQ_LOGS"] = "-",
            ["RABBITMQ_CONFIG_FILE"] = File("rabbitmq.conf"),
            ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = File("enabled_plugins"),
            ["RABBITMQ_PID_FILE"] = File("pid"),
            ["RABBITMQ_DIST_PORT"] = _nodePort.ToString(CultureInfo.InvariantCulture),
            ["ERL_EPMD_PORT"] = _epmdPort.ToString(CultureInfo.InvariantCulture),
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            // Schedulers that spin while they wait would slow everyone else on a small machine.
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "+sbwt none +sbwtdcpu none +sbwtdio none",
        })
            start.Environment[name] = value;
        return start;
    }

    public override Task Start()
    {
        // The node would start one as a daemon, which outlives it.
        _epmd ??= Run(new ProcessStartInfo("epmd", ["-address", "127.0.0.1", "-port", $"{_epmdPort}"]));
        return base.Start();
    }

    public override void Dispose()
    {
        // The node first: it ends with its port mapper.
        Kill();
        End(ref _epmd);
        base.Dispose();
    }
}

/// <summary>aedes on Node.js. It keeps sessions in memory.</summary>
internal sealed class Aedes : RealBroker
{
    public override bool KnowsVersion5 => false;

    protected override string Needs => "nodejs, and run: npm ci --prefix tests/aedes";

    protected override ProcessStartInfo Command() => new("node", [Repository.File("tests/aedes/broker.js"), $"{Port}"]);
}

/// <summary>MQTTnet.Server, run by this assembly's own <see cref="MqttNetServerProgram"/>. It keeps sessions in memory.</summary>
internal sealed class MqttNetServer : RealBroker
{
    protected override string Needs => "the .NET runtime";

    protected override ProcessStartInfo Command() =>
        new("dotnet", ["exec", typeof(MqttNetServer).Assembly.Location, MqttNetServerProgram.Command, $"{Port}"]);
}
