using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EdgeAgent.Control;

/// <summary>
/// The few connections that a listener holds. A new one always gets a place, so a health probe is answered however many others stand
/// idle, half open or slow: the longest idle one of the address that has most gives way.
/// </summary>
internal sealed class ConnectionPlaces(int limit)
{
    private readonly Lock _gate = new();
    private readonly List<ConnectionPlace> _places = [];

    public void Use(ListenOptions listen) => listen.Use(next => async connection =>
    {
        var place = Enter(connection);
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate) _places.Remove(place);
        }
    });

    private ConnectionPlace Enter(ConnectionContext connection)
    {
        var place = new ConnectionPlace(connection);
        // The requests of this connection find it here.
        connection.Features.Set(place);
        ConnectionPlace? gone = null;
        lock (_gate)
        {
            if (_places.Count >= limit) _places.Remove(gone = Longest());
            _places.Add(place);
        }
        gone?.GiveWay();
        return place;
    }

    private ConnectionPlace Longest() => _places
        .GroupBy(p => p.Address).MaxBy(g => g.Count())!
        .MinBy(p => (p.IsAnswering, p.Since))!;
}

/// <summary>One connection: whose it is, and since when it has been idle or has been answering.</summary>
internal sealed class ConnectionPlace(ConnectionContext connection)
{
    private long _since = Environment.TickCount64;
    private volatile bool _isAnswering;

    /// <summary>Null for all who come over a Unix socket.</summary>
    public IPAddress? Address { get; } = (connection.RemoteEndPoint as IPEndPoint)?.Address;

    public bool IsAnswering => _isAnswering;

    public long Since => Volatile.Read(ref _since);

    /// <summary>A request has come in whole, or has been answered.</summary>
    public void Answers(bool isAnswering)
    {
        _isAnswering = isAnswering;
        Volatile.Write(ref _since, Environment.TickCount64);
    }

    public void GiveWay() => connection.Abort(new ConnectionAbortedException("others need the place"));
}
