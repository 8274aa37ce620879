namespace EdgeAgent.Mqtt;

/// <summary>
/// Which protocol version the next connection uses: the configured one, or else MQTT 5 until a broker shows that it knows only
/// 3.1.1. Some say so, others (RabbitMQ 3.10) just close the connection. No I/O; one owner.
/// </summary>
/// <param name="configured">Null: nobody has chosen.</param>
public sealed class VersionChoice(MqttVersion? configured)
{
    private bool _isTried;
    private bool _isAccepted;

    public MqttVersion Current { get; private set; } = configured ?? MqttVersion.V5;

    /// <summary>The broker has accepted a connection in <see cref="Current"/>.</summary>
    public void Accepted() => _isAccepted = true;

    /// <summary>A connection was refused or has ended; true when the next attempt, in another version, may follow at once.</summary>
    public bool Refused(MqttException end)
    {
        if (configured is not null) return false;
        var isAboutVersion = end.Code == MqttReason.UnsupportedVersion || end.IsClosedAtConnect;
        if (Current == MqttVersion.V5 && isAboutVersion && !_isAccepted && !_isTried)
        {
            (Current, _isTried) = (MqttVersion.V311, true);
            return true;
        }
        // The broker may have been replaced, or had closed the connection for another reason: MQTT 5 is tried again first.
        if (Current == MqttVersion.V311 && end.Code != MqttReason.UnsupportedVersion) Current = MqttVersion.V5;
        (_isTried, _isAccepted) = (false, false);
        return false;
    }
}
