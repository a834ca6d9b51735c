"""The frame that every page stands in: areas, guards, forms, tables, components.

The one pattern of a page. A route in the area's `_routes()` names a function; the function reads like this:

    async def one(request):                                     # GET: a query, then a template
        account = need(request, Role.CLERK)                     # who may; refuses with a kind sentence
        async with request.app[HOUSE].database.unit() as session:
            found = await classes.get_for(session, key_of(request), account)
        return await show(request, "class.html", found=found)

    async def open_class(request):                              # POST: a form, then a command, then on
        filled = await read_form(request, ClassForm)
        if filled.told is None:                                 # wrong: the same form, everything kept
            return await show(request, "class_form.html", filled=filled)
        async with request.app[HOUSE].database.unit() as session:
            opened = await classes.open_class(session, filled.told, request[STAFF], request.app[HOUSE].clock())
        await go(request, f"/staff/classes/{opened.id}", said="班开好了。")

A rule that says no (`Refused`) becomes a page of its own; where the form should come back instead, catch it and
show `filled.refused(refusal)`. Templates extend layout.html and use the components of parts.html.
"""
