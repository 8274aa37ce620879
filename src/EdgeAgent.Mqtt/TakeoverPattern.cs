namespace EdgeAgent.Mqtt;

/// <summary>
/// Recognises two clients that use one client id: each connection throws the other one out. Brokers that say nothing about it
/// (mosquitto) close connections that had just been accepted, again and again. No I/O; one owner.
/// </summary>
public sealed class TakeoverPattern
{
    private const int Times = 3;
    /// <summary>The other client comes back within its own pauses.</summary>
    private static readonly TimeSpan ShortLife = TimeSpan.FromSeconds(20);

    private int _count;

    /// <summary>Takes note of the end of a connection; true when the pattern is there.</summary>
    /// <param name="end">Why it ended.</param>
    /// <param name="life">How long it lasted, from the attempt on.</param>
    public bool Note(MqttException end, TimeSpan life)
    {
        if (end.Fault == MqttFault.TakenOver) return true;
        var isSuspicious = end.IsClosedWithoutReason && !end.IsClosedAtConnect && life < ShortLife;
        _count = isSuspicious ? _count + 1 : 0;
        return _count >= Times;
    }

    /// <summary>What it means, and what helps.</summary>
    public static string Describe(string clientId) =>
        $"The broker has closed {Times} connections in a row soon after it had accepted them. Does another client use the client id "
        + $"\"{clientId}\"? Every agent needs its own id: set agent.id or client_id on one of them";
}
