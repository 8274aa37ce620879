namespace EdgeAgent.Pipeline.Connections;

/// <summary>Why a connection ended or could not be made, as far as it decides when to try again.</summary>
internal enum ConnectionFault
{
    /// <summary>The network or the other side failed. It may work again in a moment.</summary>
    Lost,
    /// <summary>The other side has no time or room now. It needs a pause.</summary>
    Busy,
    /// <summary>The other side does not accept this agent. Someone has to change something.</summary>
    Refused,
    /// <summary>Another client uses the same id. Coming back at once would throw that one out.</summary>
    TakenOver,
    /// <summary>Another server is to be used.</summary>
    Moved,
    /// <summary>The other side did not accept a message, and will not accept it the next time.</summary>
    BadMessage,
}
