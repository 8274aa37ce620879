using EdgeAgent.Mqtt;

namespace EdgeAgent.Pipeline.Sources.Mqtt;

/// <summary>Messages belong to the session that brought them: what is finished after its end is acknowledged to nobody.</summary>
internal sealed class SessionAcknowledger(MqttSession session) : IAcknowledger
{
    public void Finish(int token) => session.Finish(token);

    public void Flush() => session.Wake();
}
